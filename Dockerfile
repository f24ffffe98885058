# The image of web, worker, beat and migrate: no test tools, no embedded servers, no root.
FROM python:3.13-slim AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv==0.13.9
COPY requirements-production.lock /
RUN python -m venv /venv \
    && uv pip install --no-cache --python /venv/bin/python --require-hashes -r /requirements-production.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /srv/portal portal \
    && mkdir -p /srv/portal /srv/media && chown portal /srv/media
COPY --from=build /venv /venv
WORKDIR /srv/portal
COPY manage.py ./
COPY tools tools
COPY templates templates
COPY sibportal sibportal
COPY contracts contracts
COPY cohorts cohorts
COPY outcomes outcomes
COPY payments payments
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=sibportal.settings \
    STATIC_ROOT=/srv/portal/staticfiles MEDIA_ROOT=/srv/media
# Collecting files needs settings but no secret: these values never reach the running portal.
RUN python -m tools.catalogues compile && python -m compileall -q . \
    && SECRET_KEY=unused IDENTITY_KEY=unused IDENTITY_INDEX_KEY=unused CELERY_BROKER_URL=unused:// \
       DATABASE_URL=postgres://unused python manage.py collectstatic --no-input --verbosity 0
USER portal
VOLUME /srv/media
EXPOSE 8000
CMD ["gunicorn", "sibportal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", "--no-control-socket"]
