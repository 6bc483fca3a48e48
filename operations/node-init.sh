#!/bin/bash
# The init script of the cluster's servers, registered once with the platform. It is the same for
# every node type, and holds no key: a node reads its number and its tags from the platform's
# metadata, and gets keys of its server's role there (serve/ncp/node.py).
set -euo pipefail

cat > /etc/systemd/system/sian-node.service <<'UNIT'
[Unit]
Description=Sian: a node of the cluster
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=sian
RuntimeDirectory=sian
RuntimeDirectoryMode=0700
Environment=HOME=/var/lib/sian
Environment=SIAN_HOME=/var/lib/sian
StateDirectory=sian
WorkingDirectory=/var/lib/sian
EnvironmentFile=-/etc/sian/node.env
ExecStart=/opt/sian/.venv/bin/python -m serve.ncp.node
# A node that has been drained is stopped within seconds. Until then it must not join again.
Restart=always
RestartSec=30
KillMode=mixed
TimeoutStopSec=120
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
UNIT

id sian >/dev/null 2>&1 || useradd --system --home-dir /var/lib/sian sian
systemctl daemon-reload
systemctl enable --now sian-node
