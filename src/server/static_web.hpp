#pragma once
#include <optional>
#include <string_view>

#include "server/http.hpp"

namespace tessera::server {

/// The web client, compiled in as a GResource under /tessera/web. Null when there is no such file.
/// "/" is index.html, "/recordings" recordings.html. ETag and `no-cache`: a browser asks every time and gets
/// 304 until the program changes.
std::optional<HttpResponse> static_file(std::string_view path, std::string_view if_none_match);

/// By the end of the name: "text/javascript; charset=utf-8" …
std::string_view content_type_of(std::string_view path);

/// Whether one of the entity tags of an If-None-Match or If-Match list equals `etag`, or it is "*". Weak tags
/// match only when `weak` comparison is wanted.
bool etag_matches(std::string_view list, std::string_view etag, bool weak);

}  // namespace tessera::server
