#include "server/file_response.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/random.hpp"
#include "server/byte_range.hpp"
#include "server/content_disposition.hpp"
#include "server/problem.hpp"

namespace tessera::server {
namespace {

/// Media files get their names by rename and then never change: inode, size and time say which bytes these
/// are.
Validators validators_of(const struct stat& about) {
  return {fmt::format("\"{:x}-{:x}-{:x}.{:x}\"", about.st_ino, about.st_size, about.st_mtim.tv_sec,
                      about.st_mtim.tv_nsec),
          HttpTime(std::chrono::seconds(about.st_mtim.tv_sec))};
}

/// RFC 9110 section 14.6.
std::vector<FileBody::Piece> multipart(const std::vector<ByteRange>& ranges, const std::string& boundary,
                                       const std::string& content_type, std::uint64_t size) {
  std::vector<FileBody::Piece> pieces;
  for (const ByteRange& range : ranges)
    pieces.push_back(
        {fmt::format("{}--{}\r\nContent-Type: {}\r\nContent-Range: {}\r\n\r\n", pieces.empty() ? "" : "\r\n",
                     boundary, content_type, content_range(range, size)),
         range.first, range.length});
  pieces.push_back({fmt::format("\r\n--{}--\r\n", boundary), 0, 0});
  return pieces;
}

}  // namespace

HttpResponse file_response(const HttpRequest& request, StoredFile stored, HttpTime now) {
  struct stat about {};
  if (!stored.file || fstat(stored.file.get(), &about) != 0 || !S_ISREG(about.st_mode))
    return problem_response(404, "not-found", "the file is gone");
  const auto size = static_cast<std::uint64_t>(about.st_size);
  const Validators validators = validators_of(about);

  HttpResponse response;
  response.with("ETag", validators.etag)
      .with("Last-Modified", http_date(validators.modified))
      .with("Accept-Ranges", "bytes")
      .with("Cache-Control", "private, no-cache");
  switch (evaluate_conditions(request, validators)) {
    case Condition::failed:
      return problem_response(412, "precondition-failed", "the file is another one by now");
    case Condition::not_modified:
      response.status = 304;
      return response;
    case Condition::send:
      break;
  }
  ByteRanges ranges;
  if (range_applies(request, validators, now)) ranges = parse_byte_ranges(request.header("range"), size);
  if (ranges.outcome == ByteRanges::Outcome::unsatisfiable)
    return problem_response(416, "range-not-satisfiable", fmt::format("the file has {} bytes", size))
        .with("Content-Range", unsatisfied_range(size))
        .with("Accept-Ranges", "bytes");

  response.with("Content-Disposition", content_disposition(stored.name, request.query.contains("download")));
  FileBody body{std::make_shared<const recording::Descriptor>(std::move(stored.file)), {}};
  if (ranges.parts.size() > 1) {
    const std::string boundary = random_token(18);
    response.with("Content-Type", "multipart/byteranges; boundary=" + boundary);
    body.pieces = multipart(ranges.parts, boundary, stored.content_type, size);
  } else {
    const ByteRange part = ranges.parts.empty() ? ByteRange{0, size} : ranges.parts.front();
    response.with("Content-Type", stored.content_type);
    if (!ranges.parts.empty()) response.with("Content-Range", content_range(part, size));
    body.pieces = {{"", part.first, part.length}};
  }
  if (!ranges.parts.empty()) response.status = 206;
  response.file = std::move(body);
  return response;
}

}  // namespace tessera::server
