#pragma once
#include <cstddef>

namespace tessera {

/// How many files and sockets this process may have open at once.
std::size_t descriptor_limit();

/// Raises this process's limit of open files and sockets as far as it may go: the usual soft limit of 1024 is
/// meant for programs that call select().
void raise_descriptor_limit();

}  // namespace tessera
