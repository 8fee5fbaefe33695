#pragma once
#include <cstddef>
#include <string>

namespace tessera {

/// `bytes` of the kernel's randomness as base64url without padding: session URLs, resume tokens, ids.
std::string random_token(std::size_t bytes = 16);

}  // namespace tessera
