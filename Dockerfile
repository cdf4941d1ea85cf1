# One image for every role: `yian ingest`, `yian alerts`, `yian api`, `yian migrate`.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /opt/yian \
    && /opt/yian/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --uid 10001 --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin yian
COPY --from=packages /opt/yian /opt/yian
WORKDIR /app
COPY model model
COPY store store
COPY alerts alerts
COPY ingest ingest
COPY compliance compliance
COPY simulators simulators
COPY api api
COPY yian yian
# The project is found by a .pth file, as in the Makefile: running it needs nothing that only builds it.
RUN echo /app > "$(/opt/yian/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/yian.pth" \
    && printf '#!/bin/sh\nexec /opt/yian/bin/python -m yian "$@"\n' > /opt/yian/bin/yian \
    && chmod 755 /opt/yian/bin/yian \
    && /opt/yian/bin/python -m compileall -q /app
ENV PATH=/opt/yian/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER yian
CMD ["yian", "--help"]
