# Head, front door, directors, drafts, editors and the data team's jobs: no GPU, no torch.
#
#     docker build -f operations/images/cpu.Dockerfile -t sian:cpu .
#
# PYTHON_IMAGE: a tag here; name your own registry's digest in production (python@sha256:...).
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm
FROM ${PYTHON_IMAGE} AS built
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install uv==0.13.9
WORKDIR /build
# What is installed seldom changes, what is written often: two layers.
COPY pyproject.toml constraints.txt overrides.txt LICENSE README.md ./
COPY serve/release.py serve/release.py
RUN uv venv /opt/sian/.venv \
 && uv pip compile --quiet --extra postgres --extra deliver --extra crawl \
      --constraint constraints.txt --override overrides.txt --output-file wanted.txt pyproject.toml \
 && uv pip install --python /opt/sian/.venv/bin/python --no-cache --requirement wanted.txt
COPY . .
RUN uv pip install --python /opt/sian/.venv/bin/python --no-cache --no-deps .

FROM ${PYTHON_IMAGE}
# wget: KubeRay's probes. postgresql-client: sian backup. Their versions are those of the image's
# Debian release: its archive keeps only the newest, which a pinned one would no longer be.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends wget postgresql-client tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 sian \
 && useradd --system --uid 10001 --gid sian --home-dir /var/lib/sian --create-home sian
COPY --from=built /opt/sian/.venv /opt/sian/.venv
COPY --chown=root:root graphs/*.yaml /opt/sian/graphs/
ENV PATH=/opt/sian/.venv/bin:$PATH \
    HOME=/var/lib/sian \
    SIAN_HOME=/var/lib/sian \
    SIAN_LOG=stderr \
    RAY_LOG_TO_STDERR=1 \
    RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH=serve.ingress.connections:middlewares \
    RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S=60 \
    RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S=30 \
    PYTHONUNBUFFERED=1 \
    RAY_USAGE_STATS_ENABLED=0
WORKDIR /var/lib/sian
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["tini", "--"]
CMD ["sian", "doctor"]
