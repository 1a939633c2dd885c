# A gateway in a container: the single executable on a small Debian, as a user without rights. `compose.yaml` shows how it is run.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY bin bin
COPY src src
# npm brought the Node that goes into the executable; it also has to build it.
RUN PATH="/build/node_modules/.bin:$PATH" && node bin/build.js && node bin/dist.js --executable

FROM debian:bookworm-slim
# What Node is linked with, and the authorities that origins' and ACME's certificates are checked against.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates libatomic1 libstdc++6 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin tunnelkit \
  && install --directory --owner tunnelkit --group tunnelkit --mode 0700 /data
COPY --from=build /build/dist/tunnelkit /usr/local/bin/tunnelkit
COPY LICENSE /usr/local/share/doc/tunnelkit/
COPY --from=build /build/dist/LICENSES.txt /usr/local/share/doc/tunnelkit/
USER tunnelkit
# The store, the keys and the join link: whoever loses it starts anew, and all agents must log in again.
VOLUME /data
EXPOSE 80 443 8080 8443 20000-20099 20000-20099/udp
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["tunnelkit", "status", "--quiet", "--data-dir", "/data"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tunnelkit"]
CMD ["serve", "--data-dir", "/data"]
