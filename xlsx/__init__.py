"""The lossless workbook editor."""
