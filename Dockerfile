# Muster as one static binary in an empty image, run by a user without rights.
#
#   docker build --build-arg VERSION=v1.2.3 -t muster .
#   docker run -v muster:/data -v ./muster.yaml:/data/muster.yaml:ro muster preview staff

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN make build VERSION="$VERSION"
RUN mkdir -p /image/data /image/tmp /image/etc/ssl/certs \
 && cp bin/muster /image/ \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
 && chown -R 65532:65532 /image/data /image/tmp

FROM scratch
COPY --from=build /image /
USER 65532:65532
ENV HOME=/data
WORKDIR /data
VOLUME /data
ENTRYPOINT ["/muster"]
