#pragma once
#include <string>

namespace tessera::server::test {

std::string base64url(const std::string& bytes);
/// A token of any form, signed with HS256 whatever its header says: what an attacker, or another issuer, may
/// send.
std::string hand_made(const std::string& header, const std::string& claims, const std::string& secret);

struct KeyPair {
  std::string private_pem, public_pem;
};
KeyPair rsa_keys(unsigned bits = 2048);

}  // namespace tessera::server::test
