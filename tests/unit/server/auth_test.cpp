#include "server/auth.hpp"

#include <gtest/gtest.h>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tokens.hpp"

namespace tessera::server {
namespace {

using namespace std::chrono_literals;
using test::base64url;
using test::hand_made;
using test::KeyPair;
using test::rsa_keys;
const std::string key = "0123456789abcdef0123456789abcdef";

Authenticator with_key() {
  config::AuthConfig settings;
  settings.key = key;
  return Authenticator::create(settings).value();
}

std::string code_of(const Result<Identity>& result) {
  return result ? "ok" : result.error().code;
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

const std::string hs256 = R"({"alg":"HS256","typ":"JWT"})";
std::string claims_with(const std::string& more) {
  return R"({"exp":99999999999,"role":"viewer","room":"hall","sub":"u")" + more + "}";
}

TEST(AuthTest, AHeaderIsReadStrictly) {
  const auto code = [](const std::string& header) {
    return code_of(with_key().identify(hand_made(header, claims_with(""), key)));
  };
  EXPECT_EQ(code(hs256), "ok");
  EXPECT_EQ(code(R"({"alg":"HS256"})"), "ok");
  EXPECT_EQ(code(R"({"alg":"HS256","kid":"of the issuer"})"), "ok")
      << "without a list of keys a kid says nothing";
  for (const char* bad : {R"({"alg":"hs256"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})",
                          R"({"alg":["HS256"]})", R"({"alg":"HS256","crit":["b64"],"b64":false})",
                          R"({"alg":"HS256","kid":7})", "[]", "{}", "", R"({"alg":"none"})"})
    EXPECT_EQ(code(bad), "bad-token") << bad;
}

TEST(AuthTest, NotBeforeIsHonoured) {
  const auto now = Authenticator::Clock::time_point(1'000'000s);
  const auto code = [&](const std::string& more) {
    return code_of(with_key().identify(hand_made(hs256, claims_with(more), key), now));
  };
  EXPECT_EQ(code(R"(,"nbf":999999)"), "ok");
  EXPECT_EQ(code(R"(,"nbf":1000060)"), "ok") << "the issuer's clock may be a minute ahead";
  EXPECT_EQ(code(R"(,"nbf":1000061)"), "bad-token");
  EXPECT_EQ(code(R"(,"nbf":"soon")"), "bad-token");
}

TEST(AuthTest, IssuerAndAudienceAreCheckedWhenConfigured) {
  config::AuthConfig settings;
  settings.key = key;
  settings.issuer = "https://issuer.example";
  settings.audience = "tessera";
  const auto strict = Authenticator::create(settings).value();
  const auto code = [&](const std::string& more) {
    return code_of(strict.identify(hand_made(hs256, claims_with(more), key)));
  };
  const std::string issuer = R"(,"iss":"https://issuer.example")";
  EXPECT_EQ(code(issuer + R"(,"aud":"tessera")"), "ok");
  EXPECT_EQ(code(issuer + R"(,"aud":["other","tessera"])"), "ok");
  for (const std::string& aud : {R"()", R"(,"aud":"other")", R"(,"aud":["other"])", R"(,"aud":[])",
                                 R"(,"aud":{})", R"(,"aud":["tessera2"])", R"(,"aud":7)"})
    EXPECT_EQ(code(issuer + aud), "bad-token") << aud;
  for (const std::string& iss :
       {R"()", R"(,"iss":"https://issuer.example/")", R"(,"iss":["https://issuer.example"])"})
    EXPECT_EQ(code(iss + R"(,"aud":"tessera")"), "bad-token") << iss;
  EXPECT_EQ(code_of(with_key().identify(hand_made(hs256, claims_with(R"(,"iss":"x","aud":"y")"), key))),
            "ok");
  TokenClaims claims{"u", "hall", Role::viewer, "", 60s};
  claims.issuer = settings.issuer, claims.audience = settings.audience;
  EXPECT_EQ(code_of(strict.identify(make_token(claims, key, false).value())), "ok");
}

TEST(AuthTest, AKeyOfTheListIsTriedByItsNameAlone) {
  const std::string old_key = "the old secret of at least 32 bytes",
                    new_key = "the new secret of at least 32 bytes";
  config::AuthConfig settings;
  settings.key = key;
  settings.keys = {{"old", old_key, ""}, {"new", new_key, ""}};
  const auto rotating = Authenticator::create(settings).value();
  const auto code = [&](const std::string& kid, const std::string& secret) {
    TokenClaims claims{"u", "hall", Role::viewer, "", 60s};
    claims.kid = kid;
    return code_of(rotating.identify(make_token(claims, secret, false).value()));
  };
  EXPECT_EQ(code("old", old_key), "ok");
  EXPECT_EQ(code("new", new_key), "ok");
  EXPECT_EQ(code("new", old_key), "bad-token");
  EXPECT_EQ(code("gone", old_key), "bad-token");
  for (const std::string& secret : {key, old_key, new_key})
    EXPECT_EQ(code("", secret), "ok") << "every key is tried";
  EXPECT_EQ(code("", "a secret that is in no list, 32 bytes"), "bad-token");
  EXPECT_EQ(code("old", key), "bad-token");
}

TEST(AuthTest, AnExpiredTokenStillSaysWhoseItWas) {
  const auto now = Authenticator::Clock::now();
  const std::string token = make_token({"u", "hall", Role::speaker, "", 60s}, key, false, now).value();
  const auto identity = with_key().identify_expired(token, now + 3600s);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->subject, "u");
  EXPECT_LT(*identity->expires, now + 3600s);
  EXPECT_EQ(code_of(with_key().identify_expired(token + "x", now + 3600s)), "bad-token");
}

TEST(AuthTest, TheRightToDeleteRecordingsIsAClaim) {
  TokenClaims claims{"u", "*", Role::operator_, "", 60s};
  EXPECT_FALSE(with_key().identify(make_token(claims, key, false).value())->deletes_recordings);
  claims.rights = {"delete-recordings"};
  EXPECT_TRUE(with_key().identify(make_token(claims, key, false).value())->deletes_recordings);
}

TEST_F(RsaAuthTest, OneListHoldsKeysOfBothKinds) {
  config::AuthConfig settings;
  settings.keys = {{"rsa", "", path_}, {"secret", key, ""}};
  const auto both = Authenticator::create(settings).value();
  const auto code = [&](const std::string& kid, const std::string& material, bool rsa) {
    TokenClaims claims{"u", "hall", Role::viewer, "", 60s};
    claims.kid = kid;
    return code_of(both.identify(make_token(claims, material, rsa).value()));
  };
  EXPECT_EQ(code("rsa", keys_.private_pem, true), "ok");
  EXPECT_EQ(code("", keys_.private_pem, true), "ok");
  EXPECT_EQ(code("secret", key, false), "ok");
  EXPECT_EQ(code("rsa", keys_.public_pem, false), "bad-token") << "a public key is no secret";
  EXPECT_EQ(code("", keys_.public_pem, false), "bad-token");
  EXPECT_EQ(code("secret", keys_.private_pem, true), "bad-token") << "one algorithm a key";
}

TEST_F(RsaAuthTest, AKeyThatIsNoPublicRsaKeyOfGoodLengthIsRefused) {
  for (const std::string& text : {keys_.private_pem, std::string("-----BEGIN PUBLIC KEY-----\nxx\n"),
                                  std::string(), rsa_keys(1024).public_pem}) {
    std::ofstream(path_) << text;
    config::AuthConfig settings;
    settings.keys = {{"rsa", "", path_}};
    const auto made = Authenticator::create(settings);
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().code, "bad-config");
    EXPECT_NE(made.error().message.find("auth.keys[0].publicKeyFile"), std::string::npos)
        << made.error().message;
  }
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
