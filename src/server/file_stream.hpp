#pragma once
#include "server/http.hpp"

typedef struct _SoupServerMessage SoupServerMessage;

namespace tessera::server {

/// Sends part of a file as the message's body, one chunk after the other as the socket takes them, so that a
/// download costs a chunk of memory whatever its size. False when the file cannot be opened.
bool stream_file(SoupServerMessage* message, const FileBody& file);

}  // namespace tessera::server
