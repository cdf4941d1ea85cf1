-- What burns, as a person on the spot said; and drills of a missing person beside those of fire.
ALTER TABLE incidents ADD COLUMN burning text CHECK (length(burning) BETWEEN 1 AND 40);
ALTER TABLE inspections DROP CONSTRAINT inspections_kind_check, ADD CONSTRAINT inspections_kind_check CHECK (kind IN
    ('joint', 'bureau', 'self', 'patrol', 'drill', 'missing_drill', 'equipment_test'));
