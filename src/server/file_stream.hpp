#pragma once
#include "server/http.hpp"

typedef struct _SoupServerMessage SoupServerMessage;

namespace tessera::server {

/// Sends pieces of a file as the message's body, one chunk after the other as the socket takes them, so that
/// a download costs a chunk of memory whatever its size. For HEAD only the length is said.
void stream_file(SoupServerMessage* message, const FileBody& body);

}  // namespace tessera::server
