"""The trail as an auditor reads it: which entries, in which words, taken out as a table, checked daily."""
