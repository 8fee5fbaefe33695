#pragma once
#include <string_view>

namespace tessera {

/// One line to standard error under the name `audit`, whatever the level of the log. Thread-safe.
void write_audit_line(std::string_view line);

}  // namespace tessera
