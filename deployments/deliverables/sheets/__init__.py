"""Sheets: the conte as PDF, workbook, deck and shot list."""
