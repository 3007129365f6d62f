# One image for web, worker and beat; docker-compose.yml says which command each one runs.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    DATA_DIR=/data STATIC_ROOT=/app/static HOST=0.0.0.0 PORT=8000

WORKDIR /app
COPY requirements.txt ./
RUN pip install --disable-pip-version-check -r requirements.txt

COPY manage.py ./
COPY config/ config/
COPY accounts/ accounts/
COPY papers/ papers/
COPY digests/ digests/
COPY templates/ templates/
COPY extension/ extension/

# Keys for this one step only: they are in no layer's environment and sign nothing.
RUN useradd --uid 10001 --no-create-home lectern \
    && DATA_DIR=/tmp/build SECRET_KEY=$(head -c 48 /dev/urandom | base64 -w 0) TOKEN_PEPPER=$(head -c 48 /dev/urandom | base64 -w 0) \
       FIELD_KEY=$(head -c 48 /dev/urandom | base64 -w 0) python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build \
    && install -d -o lectern -g lectern /data

USER lectern
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--config", "config/gunicorn.py"]
