# Muster as one static binary in an empty image, run by a user without rights.
#
#   docker build --build-arg VERSION=v1.2.3 -t muster .
#   docker run -v muster:/data -v ./muster.yaml:/data/muster.yaml:ro muster preview staff
#   docker run -v muster:/data -v ./muster.yaml:/data/muster.yaml:ro -p 8080:8080 muster
#
# The store is in the volume /data, unless muster.yaml says otherwise. To be reached
# from outside of the container, muster.yaml says
#
#   muster:
#     listen: 0.0.0.0:8080
#     tls: {cert: server.pem, key: server-key.pem}   # or trusted_proxies: the proxy in front

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
EXPOSE 8080
# There is no shell: muster itself asks whether it runs. It is not ready as long as
# the directory is away, but starting it anew would not help that.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["/muster", "healthy"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/muster"]
CMD ["serve"]
