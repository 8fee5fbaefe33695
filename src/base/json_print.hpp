#pragma once
#include <string>

#include "base/json.hpp"

namespace tessera {

/// The text of a value, as Json::dump gives it (RFC 8259, UTF-8). Whatever the value holds, what is printed
/// is JSON: NaN and infinities become null, and in strings U+FFFD stands for NUL and for bytes that are no
/// UTF-8. A double keeps a point or
/// an exponent, so that it is read as one; its digits are the fewest that give it back.
std::string print_json(const Json& value, bool pretty);

}  // namespace tessera
