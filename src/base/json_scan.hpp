#pragma once
#include <cstddef>
#include <string_view>

#include "base/result.hpp"

namespace tessera {

/// What a text may hold, counted before anything is made of it.
struct JsonLimits {
  int max_depth = 64;                  ///< nested containers
  std::size_t max_values = 4'000'000;  ///< of the whole text: containers, keys, numbers, strings, words
  std::size_t max_members = 100'000;   ///< of one object; a repeated key counts each time
  std::size_t max_key = 100'000;       ///< bytes of a key, as written
};

/// Refuses what RFC 8259 does not know: comments, 'single quotes', hexadecimal and leading-zero numbers, raw
/// control characters, unknown escapes; and what a Json cannot hold: NUL characters, integers beyond 64 bits,
/// half surrogate pairs; and more than `limits` allow. Looks at tokens only; grammar is the parser's. Error:
/// "bad-json" with line and column.
Result<void> scan_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace tessera
