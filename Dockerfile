# The BigLedger sandbox: `docker build -t bigledger-sandbox . && docker run -p 8080:8080 bigledger-sandbox`
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY mockserver mockserver
COPY spec spec
COPY fixtures fixtures
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir -r requirements.lock \
 && /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home sandbox && install -d -o 10001 -g 10001 /data
COPY --from=build /venv /venv
USER 10001
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MOCKSERVER_HOST=0.0.0.0 MOCKSERVER_PORT=8080
# Kept beyond the container with: -e MOCKSERVER_DATA=/data -v bigledger:/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['MOCKSERVER_PORT'] + '/health', timeout=2)"]
ENTRYPOINT ["mockserver"]
CMD ["serve"]
