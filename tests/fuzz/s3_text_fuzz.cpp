// What a store answers, and the names it is told: a key cannot leave its path.
#include <algorithm>

#include "fuzz.hpp"
#include "upload/s3_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  namespace upload = tessera::upload;
  const auto text = text_of(bytes, size);
  for (const char* tag : {"UploadId", "Code", "ETag"}) {
    const auto value = upload::xml_text(text, tag);
    expect(!value || value->size() <= text.size(), "text grows no longer");
  }
  const auto plain = [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '?' && c != '#' && c != '&';
  };
  const auto key = upload::encode_key(text), query = upload::encode_query(text);
  expect(std::all_of(key.begin(), key.end(), plain), "a key is a path: {}", key);
  expect(std::all_of(query.begin(), query.end(), plain) && query.find('/') == query.npos,
         "a value is one: {}", query);
  expect(std::count(key.begin(), key.end(), '/') == std::count(text.begin(), text.end(), '/'),
         "folders stay folders");
  expect(upload::bare_etag(text).find('"') == std::string::npos, "an ETag has no quotes");
  return 0;
}
