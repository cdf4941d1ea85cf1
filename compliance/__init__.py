"""From stored rows to the figures, and the section, that the bureau signs."""
