#pragma once
#include <string_view>

#include "base/result.hpp"

namespace tessera {

/// What the parser behind Json::parse lets pass and RFC 8259 does not: comments, 'single quotes', hexadecimal
/// and leading-zero numbers, raw control characters, unknown escapes; NUL characters and integers beyond 64
/// bits, which it would cut short in silence; half surrogate pairs, after which it no longer sees where the
/// string ends; and nesting beyond `max_depth`, which it would follow down the
/// stack. Looks at tokens only; grammar is the parser's. Error: "bad-json" with line and column.
Result<void> scan_json(std::string_view text, int max_depth);

}  // namespace tessera
