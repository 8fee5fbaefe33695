#include "upload/s3_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "recording/digest.hpp"

namespace tessera::upload {
namespace {

constexpr std::uint64_t max_parts = 10'000;

std::string encode(std::string_view text, bool slash) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~' || (c == '/' && !slash);
    if (plain)
      result += c;
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

}  // namespace

std::string encode_key(std::string_view key) {
  return encode(key, false);
}
std::string encode_query(std::string_view value) {
  return encode(value, true);
}

std::optional<std::string> xml_text(std::string_view xml, std::string_view tag) {
  const std::string open = fmt::format("<{}>", tag), close = fmt::format("</{}>", tag);
  const auto begin = xml.find(open);
  if (begin == std::string_view::npos) return {};
  const auto end = xml.find(close, begin + open.size());
  if (end == std::string_view::npos) return {};
  std::string text(xml.substr(begin + open.size(), end - begin - open.size()));
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> entities = {
      {{"&quot;", "\""}, {"&apos;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}};
  for (const auto& [entity, character] : entities) replace_all(text, entity, character);
  return text;
}

std::string complete_body(const std::vector<std::string>& etags) {
  std::string body = R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
  for (std::size_t i = 0; i < etags.size(); ++i)
    body +=
        fmt::format("<Part><PartNumber>{}</PartNumber><ETag>&quot;{}&quot;</ETag></Part>", i + 1, etags[i]);
  return body + "</CompleteMultipartUpload>";
}

std::string etag_of(const std::vector<std::string>& md5s, bool in_parts) {
  if (!in_parts) return recording::hex(md5s.at(0));
  std::string all;
  for (const auto& md5 : md5s) all += md5;
  return fmt::format("{}-{}", recording::hex(recording::digest_of(recording::Digest::Kind::md5, all)),
                     md5s.size());
}

std::string bare_etag(std::string_view header) {
  std::string text(header);
  std::erase(text, '"');
  return text;
}

std::uint64_t part_bytes_for(std::uint64_t size, std::uint64_t wanted) {
  return std::max(wanted, (size + max_parts - 1) / max_parts);
}

}  // namespace tessera::upload
