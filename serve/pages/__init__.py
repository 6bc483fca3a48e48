"""HTML pages of reports: one document, one escaping, one look. Knows no report.

Wants jinja2.
"""
