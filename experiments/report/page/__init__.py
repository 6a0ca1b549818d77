"""The report of a study: one page, in English and Chinese, that a mayor reads first and an analyst to the end."""
