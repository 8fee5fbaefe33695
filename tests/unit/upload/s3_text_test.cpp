#include "upload/s3_text.hpp"

#include <gtest/gtest.h>

#include "recording/digest.hpp"

namespace tessera::upload {
namespace {

TEST(S3Text, KeysAreEncodedButForSlashes_QueriesWholly) {
  EXPECT_EQ(encode_key("a-Z_0.~/b c+ü"), "a-Z_0.~/b%20c%2B%C3%BC");
  EXPECT_EQ(encode_query("a/b==&"), "a%2Fb%3D%3D%26");
}

TEST(S3Text, FindsATagsText) {
  EXPECT_EQ(xml_text("<a><UploadId>x&amp;&lt;y</UploadId></a>", "UploadId"), "x&<y");
  EXPECT_EQ(xml_text("<a><UploadId>x", "UploadId"), std::nullopt);
  EXPECT_EQ(xml_text("", "Code"), std::nullopt);
}

TEST(S3Text, CompletionNamesEveryPartInOrder) {
  EXPECT_EQ(
      complete_body({"aa", "bb"}),
      "<CompleteMultipartUpload "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><PartNumber>1</PartNumber>"
      "<ETag>&quot;aa&quot;</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&quot;bb&quot;</ETag></Part>"
      "</CompleteMultipartUpload>");
}

TEST(S3Text, EtagIsTheMd5_OrThatOfTheMd5s) {
  using recording::Digest;
  const std::string one = recording::digest_of(Digest::Kind::md5, "hello");
  EXPECT_EQ(etag_of({one}, false), "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(etag_of({one}, true), recording::hex(recording::digest_of(Digest::Kind::md5, one)) + "-1");
  EXPECT_EQ(bare_etag("\"abc\""), "abc");
}

TEST(S3Text, NoFileNeedsMoreThanTenThousandParts) {
  EXPECT_EQ(part_bytes_for(1000, 16), 16u);
  for (const std::uint64_t size : {160'000ull, 160'001ull, 5'000'000'000'001ull}) {
    const auto bytes = part_bytes_for(size, 16);
    EXPECT_LE((size + bytes - 1) / bytes, 10'000u);
  }
}

}  // namespace
}  // namespace tessera::upload
