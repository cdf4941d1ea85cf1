-- One source for insurance: the register of policies. What a home's own row said is carried over where the register has
-- no policy that reaches as far. Nobody knows since when it ran: the policy begins on the day of this migration, or on its
-- last day where it is over, so that no day is called insured of which that is not known.
INSERT INTO insurances (home_id, policy_no, insurer, starts_on, ends_on)
SELECT h.home_id, '未登记-' || h.code, '未登记 not registered', least(h.insured_until_on, current_date), h.insured_until_on
FROM homes h
WHERE h.insured_until_on IS NOT NULL
  AND NOT EXISTS (SELECT FROM insurances i WHERE i.home_id = h.home_id AND i.ends_on >= h.insured_until_on)
ON CONFLICT (policy_no) DO NOTHING;
ALTER TABLE homes DROP COLUMN insured_until_on;
