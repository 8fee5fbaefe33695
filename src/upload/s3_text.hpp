#pragma once
// The texts of S3's protocol. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::upload {

/// A key as part of a path: everything but A–Z a–z 0–9 - _ . ~ and / percent-encoded, as Signature V4 wants
/// it.
std::string encode_key(std::string_view key);
/// The same with / encoded too: a value in a query.
std::string encode_query(std::string_view value);

/// The text of the first <tag>…</tag>; entities resolved.
std::optional<std::string> xml_text(std::string_view xml, std::string_view tag);

/// The body of CompleteMultipartUpload.
std::string complete_body(const std::vector<std::string>& etags);

/// What S3 gives as ETag, without quotes: of one piece, or of an upload in parts of the given MD5s (raw
/// bytes).
std::string etag_of(const std::vector<std::string>& md5s, bool in_parts);
/// Without quotes.
std::string bare_etag(std::string_view header);

/// How large the parts of a file are: at least `wanted`, and so that no more than 10,000 are needed.
std::uint64_t part_bytes_for(std::uint64_t size, std::uint64_t wanted);

}  // namespace tessera::upload
