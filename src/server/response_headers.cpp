#include "server/response_headers.hpp"

namespace tessera::server {

void add_security_headers(HttpResponse& response) {
  response.with("X-Content-Type-Options", "nosniff").with("Referrer-Policy", "no-referrer");
  if (!response.header("content-type").starts_with("text/html")) return;
  response.with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Content-Security-Policy",
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
            "blob:; "
            "media-src 'self' blob: mediastream:; connect-src 'self' ws: wss:; object-src 'none'; base-uri "
            "'none'; "
            "form-action 'self'; frame-ancestors 'self'")
      .with("Permissions-Policy",
            "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), "
            "fullscreen=(self), "
            "autoplay=(self), screen-wake-lock=(self), geolocation=()");
}

void add_transport_security(HttpResponse& response, std::string_view host) {
  if (!is_local_host_header(host)) response.with("Strict-Transport-Security", "max-age=31536000");
}

void add_cors_headers(HttpResponse& response, std::string_view origin, const OriginRule& rule) {
  if (!rule.embeddable()) response.with("Cross-Origin-Resource-Policy", "same-origin");
  if (!rule.open()) {
    response.with("Access-Control-Allow-Origin", "*");
  } else {
    response.with("Vary", "Origin");
    if (origin.empty() || !rule.admits(origin)) return;
    response.with("Access-Control-Allow-Origin", std::string(origin));
  }
  response.with("Access-Control-Expose-Headers",
                "Location, Link, ETag, Accept-Post, Accept-Patch, Allow, Retry-After, WWW-Authenticate, "
                "Accept-Ranges, Content-Range, Content-Disposition");
}

HttpResponse options_response(std::string_view allow) {
  HttpResponse response = empty_response(204);
  response.with("Allow", std::string(allow))
      .with("Access-Control-Allow-Methods", std::string(allow))
      .with("Access-Control-Allow-Headers",
            "Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range")
      .with("Access-Control-Max-Age", "86400");
  return response;
}

}  // namespace tessera::server
