# Images of this project's own programs, under the names that the stack asks for:
#   docker build --target app -t docker.io/feature-store-monitoring/programs:0.1.0 .
#   docker build --target kafka-broker --build-arg VERSION=0.2.0 -t docker.io/feature-store-monitoring/kafka-broker:0.2.0 .
# In a closed network: --build-arg REGISTRY=mirror.example.org/hub

ARG REGISTRY=docker.io

FROM ${REGISTRY}/library/node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The engine's packages and a second Node are half of what is installed, and no program in here loads them.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@pulumi node_modules/@pulumiverse node_modules/node node_modules/node-bin-*

# The demo feature store: `demo/main.ts <role>`.
FROM ${REGISTRY}/library/node:24.21.0-bookworm-slim AS app
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY lib lib
COPY catalogue catalogue
COPY demo demo
USER 1000:1000
ENTRYPOINT ["node"]
CMD ["demo/main.ts"]

FROM ${REGISTRY}/library/golang:1.26-bookworm AS broker
ARG VERSION=0.2.0
WORKDIR /src
COPY tools/modules/kafka-broker ./
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /kafka-broker .

# A broker that speaks Kafka's protocol and keeps topics in memory, for the demo.
FROM scratch AS kafka-broker
COPY --from=broker /kafka-broker /kafka-broker
USER 65534:65534
ENTRYPOINT ["/kafka-broker"]
