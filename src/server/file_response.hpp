#pragma once
// A file on disk as an HTTP response: validators, conditions, ranges (RFC 9110 sections 8.8, 13 and 14).

#include <string>

#include "server/conditional.hpp"
#include "server/http.hpp"

namespace tessera::server {

struct StoredFile {
  recording::Descriptor file;  ///< a regular file, open for reading
  std::string content_type;
  std::string name;  ///< what a download is called; UTF-8
};

/// 200, 206 (one range, or several as multipart/byteranges), 304, 412 or 416; 404 when the file cannot be
/// looked at. `?download=1` in the query makes it an attachment. `now`: of the answer.
HttpResponse file_response(const HttpRequest& request, StoredFile stored, HttpTime now);

}  // namespace tessera::server
