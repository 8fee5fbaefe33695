#include "server/auth.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace tessera::server {
namespace {

using namespace std::chrono_literals;
const std::string key = "0123456789abcdef0123456789abcdef";

Authenticator with_key() {
  config::AuthConfig settings;
  settings.key = key;
  return Authenticator::create(settings).value();
}

std::string base64url(std::string_view text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                                      reinterpret_cast<const unsigned char*>(text.data()),
                                                      static_cast<int>(text.size()))));
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (out.ends_with('=')) out.pop_back();
  return out;
}

std::string code_of(const Result<Identity>& result) {
  return result ? "ok" : result.error().code;
}

struct KeyPair {
  std::string private_pem, public_pem;
};

KeyPair rsa_keys() {
  EVP_PKEY* pair = EVP_RSA_gen(2048);
  const auto text = [](auto write) {
    BIO* memory = BIO_new(BIO_s_mem());
    write(memory);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string result(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return result;
  };
  KeyPair keys{
      text([&](BIO* out) { PEM_write_bio_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr); }),
      text([&](BIO* out) { PEM_write_bio_PUBKEY(out, pair); })};
  EVP_PKEY_free(pair);
  return keys;
}

class RsaAuthTest : public testing::Test {
 protected:
  void SetUp() override {
    keys_ = rsa_keys();
    std::ofstream(path_) << keys_.public_pem;
  }
  void TearDown() override { std::filesystem::remove(path_); }
  Authenticator create() const {
    config::AuthConfig settings;
    settings.public_key_file = path_;
    return Authenticator::create(settings).value();
  }
  KeyPair keys_;
  std::string path_ = testing::TempDir() + "tessera-auth-" + std::to_string(getpid()) + ".pem";
};

TEST(AuthTest, AMadeTokenSaysWhoItIsFor) {
  const auto made = make_token({"u1", "hall", Role::operator_, "Ann", 3600s}, key, false);
  ASSERT_TRUE(made);
  const auto identity = with_key().identify(*made);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->subject, "u1");
  EXPECT_EQ(identity->room, "hall");
  EXPECT_EQ(identity->role, Role::operator_);
  EXPECT_EQ(identity->name, "Ann");
}

TEST(AuthTest, WithoutAKeyEverybodyIsAdmin) {
  const auto open = Authenticator::create({}).value();
  EXPECT_TRUE(open.open());
  for (const char* token : {"", "nonsense"}) {
    const auto identity = open.identify(token);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->role, Role::admin);
    EXPECT_TRUE(identity->covers("any"));
  }
}

TEST(AuthTest, NoTokenIsUnauthorized) {
  EXPECT_EQ(code_of(with_key().identify("")), "unauthorized");
}

TEST(AuthTest, ATamperedTokenIsRefused) {
  const std::string good = make_token({"u", "hall", Role::viewer, "", 3600s}, key, false).value();
  const auto first = good.find('.'), last = good.rfind('.');
  const std::string claims = R"({"exp":99999999999,"role":"admin","room":"*","sub":"u"})";
  const std::string head = good.substr(0, first), signature = good.substr(last + 1);
  EXPECT_EQ(code_of(with_key().identify(head + "." + base64url(claims) + "." + signature)), "bad-token");
  std::string flipped = good;
  flipped[last + 5] = flipped[last + 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(with_key().identify(flipped)), "bad-token");
  EXPECT_EQ(code_of(with_key().identify(
                make_token({"u", "hall", Role::admin, "", 3600s}, "another key, 32 bytes of it, yes", false)
                    .value())),
            "bad-token");
}

TEST(AuthTest, AlgorithmNoneIsRefused) {
  const std::string claims = base64url(R"({"exp":99999999999,"role":"admin","room":"*"})");
  for (const char* head :
       {R"({"alg":"none"})", R"({"alg":"none","typ":"JWT"})", R"({"alg":"None"})", R"({"typ":"JWT"})"}) {
    EXPECT_EQ(code_of(with_key().identify(base64url(head) + "." + claims + ".")), "bad-token") << head;
    EXPECT_EQ(code_of(with_key().identify(base64url(head) + "." + claims)), "bad-token") << head;
  }
}

TEST(AuthTest, NonsenseIsRefused) {
  for (const std::string& token :
       {std::string("abc"), std::string("a.b.c"), std::string(".."), std::string("..."),
        std::string(9000, 'x'), std::string("\xff\xfe.\x01.\x02")})
    EXPECT_EQ(code_of(with_key().identify(token)), "bad-token");
}

TEST(AuthTest, AnExpiredTokenIsRefused) {
  const auto now = Authenticator::Clock::now();
  const std::string token = make_token({"u", "hall", Role::viewer, "", 60s}, key, false, now).value();
  EXPECT_EQ(code_of(with_key().identify(token, now + 59s)), "ok");
  EXPECT_EQ(code_of(with_key().identify(token, now + 61s)), "token-expired");
}

TEST(AuthTest, ATokenForARoomThatCannotBeIsRefused) {
  for (const char* room : {"", "../etc", "a b"})
    EXPECT_EQ(
        code_of(with_key().identify(make_token({"u", room, Role::viewer, "", 60s}, key, false).value())),
        "bad-token");
}

TEST_F(RsaAuthTest, Rs256IsAccepted) {
  const auto made = make_token({"u", "hall", Role::speaker, "", 60s}, keys_.private_pem, true);
  ASSERT_TRUE(made) << made.error().message;
  const auto identity = create().identify(*made);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->role, Role::speaker);
}

TEST_F(RsaAuthTest, ThePublicKeyIsNoHs256Secret) {
  const auto forged = make_token({"u", "*", Role::admin, "", 60s}, keys_.public_pem, false);
  ASSERT_TRUE(forged);
  EXPECT_EQ(code_of(create().identify(*forged)), "bad-token");
}

TEST_F(RsaAuthTest, AnotherPairsTokenIsRefused) {
  const auto made = make_token({"u", "hall", Role::speaker, "", 60s}, rsa_keys().private_pem, true);
  ASSERT_TRUE(made);
  EXPECT_EQ(code_of(create().identify(*made)), "bad-token");
}

TEST(AuthTest, AMissingPublicKeyFileIsAConfigurationError) {
  config::AuthConfig settings;
  settings.public_key_file = "/nonexistent.pem";
  const auto made = Authenticator::create(settings);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "bad-config");
}

TEST(AuthTest, RolesAreOrderedAndRoomsAreSeparate) {
  const Identity speaker{"s", "hall", Role::speaker, ""};
  EXPECT_TRUE(authorise(speaker, Role::viewer, "hall"));
  EXPECT_TRUE(authorise(speaker, Role::speaker, "hall"));
  EXPECT_FALSE(authorise(speaker, Role::operator_, "hall"));
  EXPECT_FALSE(authorise(speaker, Role::viewer, "attic"));
  EXPECT_FALSE(authorise(speaker, Role::viewer, "")) << "a token of one room concerns no other";
  const Identity admin{"a", "*", Role::admin, ""};
  EXPECT_TRUE(authorise(admin, Role::admin, ""));
  EXPECT_TRUE(authorise(admin, Role::operator_, "attic"));
}

TEST(AuthTest, BearerTokensAreTakenFromTheHeader) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer   abc  "), "abc");
  for (const char* header : {"", "Bearer", "Bearer ", "Basic abc", "abc"})
    EXPECT_EQ(bearer_token(header), "") << header;
}

TEST(AuthTest, DurationsAreRead) {
  EXPECT_EQ(parse_duration("90"), 90s);
  EXPECT_EQ(parse_duration("15m"), 15min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  for (const char* text : {"", "h", "-1h", "0", "1y", "1 h", "99999999999d", "9223372036854775807d"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace tessera::server
