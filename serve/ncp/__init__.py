"""Servers of Naver Cloud Platform as nodes of a Ray cluster. Knows no graph and no ledger.

Ray's autoscaler loads `provider`, on the head. A server's tags are JSON in its description, because
the platform has none. Read in its documentation and tried against a fake; see docs/ncp.md.
"""
