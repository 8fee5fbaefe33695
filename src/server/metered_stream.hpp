#pragma once
#include <gio/gio.h>

#include <memory>

#include "server/input_tap.hpp"

namespace tessera::server {

/// A stream over `base` whose input a tap may bound. libsoup reads a WebSocket for as long as bytes come, and
/// nothing else runs meanwhile: a tap ends each turn of the loop after so many bytes. Transfer: full; takes a
/// reference of its own on `base`, whose two halves must be pollable.
GIOStream* metered_stream_new(GIOStream* base);

/// From now on `tap` is asked; nothing happens to a stream that is not one of ours.
void metered_stream_set_tap(GIOStream* stream, std::shared_ptr<InputTap> tap);

}  // namespace tessera::server
