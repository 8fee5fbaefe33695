#include "server/response_headers.hpp"

#include "server/origin_guard.hpp"

namespace tessera::server {

void add_security_headers(HttpResponse& response) {
  response.with("X-Content-Type-Options", "nosniff").with("Referrer-Policy", "no-referrer");
  if (!response.header("content-type").starts_with("text/html")) return;
  response
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

bool is_whip_path(std::string_view path) {
  return path.starts_with("/whip/") || path.starts_with("/whep/");
}

void add_cors_headers(HttpResponse& response, std::string_view path, std::string_view origin,
                      bool open_server) {
  if (is_whip_path(path) || !open_server) {
    response.with("Access-Control-Allow-Origin", "*");
  } else {
    response.with("Vary", "Origin");
    if (origin.empty() || !is_local_origin(origin)) return;
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
