"""The registers as XLSX and CSV; pure but for `importing`, which joins them to the store."""
