#include "server/static_web.hpp"

#include <gio/gio.h>

#include <array>
#include <memory>

namespace tessera::server {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> types = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".mp3", "audio/mpeg"},
}};

struct Unref {
  void operator()(GBytes* bytes) const { g_bytes_unref(bytes); }
  void operator()(char* text) const { g_free(text); }
};

}  // namespace

std::string_view content_type_of(std::string_view path) {
  for (const auto& [ending, type] : types)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

bool etag_matches(std::string_view list, std::string_view etag, bool weak) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    std::string_view tag = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (weak && tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

std::optional<HttpResponse> static_file(std::string_view path, std::string_view if_none_match) {
  const std::string name = "/tessera/web" + std::string(path == "/"             ? "/index.html"
                                                        : path == "/recordings" ? "/recordings.html"
                                                                                : path);
  const std::unique_ptr<GBytes, Unref> bytes(
      g_resources_lookup_data(name.c_str(), G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr));
  if (!bytes) return std::nullopt;
  const std::unique_ptr<char, Unref> sum(g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes.get()));
  const std::string etag = "\"" + std::string(sum.get()).substr(0, 32) + "\"";

  HttpResponse response;
  response.with("ETag", etag).with("Cache-Control", "no-cache");
  if (etag_matches(if_none_match, etag, true)) {
    response.status = 304;
    return response;
  }
  gsize size = 0;
  const char* text = static_cast<const char*>(g_bytes_get_data(bytes.get(), &size));
  response.with("Content-Type", std::string(content_type_of(name)));
  response.body.assign(text ? text : "", size);
  return response;
}

}  // namespace tessera::server
