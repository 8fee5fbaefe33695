#include "server/metered_stream.hpp"

#include <algorithm>

namespace tessera::server {
namespace {

// The input half ------------------------------------------------------------------------------------------

struct MeteredInput {
  GInputStream parent;
  GPollableInputStream* base;
  std::shared_ptr<InputTap>* tap;
};
struct MeteredInputClass {
  GInputStreamClass parent;
};

void metered_input_pollable_init(GPollableInputStreamInterface* interface);
GType metered_input_get_type();
G_DEFINE_TYPE_WITH_CODE(MeteredInput, metered_input, G_TYPE_INPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM, metered_input_pollable_init))

MeteredInput* input_of(gpointer object) {
  return static_cast<MeteredInput*>(object);
}

void metered_input_init(MeteredInput* self) {
  self->base = nullptr;
  self->tap = new std::shared_ptr<InputTap>();
}

void metered_input_finalize(GObject* object) {
  auto* self = input_of(object);
  g_clear_object(&self->base);
  delete self->tap;
  G_OBJECT_CLASS(metered_input_parent_class)->finalize(object);
}

void metered_input_class_init(MeteredInputClass* type) {
  G_OBJECT_CLASS(type)->finalize = metered_input_finalize;
  G_INPUT_STREAM_CLASS(type)->read_fn = [](GInputStream* stream, void* buffer, gsize count,
                                           GCancellable* cancel, GError** failure) {
    return g_input_stream_read(G_INPUT_STREAM(input_of(stream)->base), buffer, count, cancel, failure);
  };
}

gssize would_block(GError** failure) {
  g_set_error_literal(failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "no more in this turn of the loop");
  return -1;
}

gssize read_some(GPollableInputStream* stream, void* buffer, gsize count, GError** failure) {
  auto* self = input_of(stream);
  const std::shared_ptr<InputTap> tap = *self->tap;
  if (!tap) return g_pollable_input_stream_read_nonblocking(self->base, buffer, count, nullptr, failure);
  const std::size_t most = tap->may_read();
  if (most == 0) return would_block(failure);
  const gssize got = g_pollable_input_stream_read_nonblocking(self->base, buffer,
                                                              std::min<gsize>(count, most), nullptr, failure);
  if (got <= 0) return got;
  switch (tap->on_read({static_cast<const std::uint8_t*>(buffer), static_cast<std::size_t>(got)})) {
    case InputTap::Fate::pass:
      return got;
    case InputTap::Fate::end:
      return 0;
    case InputTap::Fate::drop:
      break;
  }
  return would_block(failure);
}

// libsoup asks for a new source whenever it has stopped reading, so each is a turn of the loop.
GSource* source_for(GPollableInputStream* stream, GCancellable* cancel) {
  auto* self = input_of(stream);
  const auto& tap = *self->tap;
  if (tap) tap->next_turn();
  const auto pause = tap ? tap->pause() : std::chrono::milliseconds(0);
  GSource* below = pause.count() > 0 ? g_timeout_source_new(static_cast<guint>(pause.count()))
                                     : g_pollable_input_stream_create_source(self->base, nullptr);
  GSource* source = g_pollable_source_new_full(stream, below, cancel);
  g_source_unref(below);
  if (tap && tap->waits_for_others()) g_source_set_priority(source, G_PRIORITY_DEFAULT_IDLE);
  return source;
}

void metered_input_pollable_init(GPollableInputStreamInterface* interface) {
  interface->can_poll = [](GPollableInputStream* stream) {
    return g_pollable_input_stream_can_poll(input_of(stream)->base);
  };
  interface->is_readable = [](GPollableInputStream* stream) {
    return g_pollable_input_stream_is_readable(input_of(stream)->base);
  };
  interface->read_nonblocking = read_some;
  interface->create_source = source_for;
}

// The whole -----------------------------------------------------------------------------------------------

struct MeteredStream {
  GIOStream parent;
  GIOStream* base;
  MeteredInput* input;
};
struct MeteredStreamClass {
  GIOStreamClass parent;
};

GType metered_stream_get_type();
G_DEFINE_TYPE(MeteredStream, metered_stream, G_TYPE_IO_STREAM)

MeteredStream* stream_of(gpointer object) {
  return static_cast<MeteredStream*>(object);
}

void metered_stream_init(MeteredStream*) {}

void metered_stream_finalize(GObject* object) {
  auto* self = stream_of(object);
  g_clear_object(&self->input);
  // The parent's finalize closes what is still open, for which the base is needed.
  GIOStream* base = self->base;
  G_OBJECT_CLASS(metered_stream_parent_class)->finalize(object);
  g_object_unref(base);
}

void close_base(GIOStream* stream, int priority, GCancellable* cancel, GAsyncReadyCallback done,
                gpointer data) {
  GTask* task = g_task_new(stream, cancel, done, data);
  g_io_stream_close_async(
      stream_of(stream)->base, priority, cancel,
      [](GObject* base, GAsyncResult* result, gpointer waiting) {
        auto* closing = static_cast<GTask*>(waiting);
        GError* failure = nullptr;
        if (g_io_stream_close_finish(G_IO_STREAM(base), result, &failure))
          g_task_return_boolean(closing, TRUE);
        else
          g_task_return_error(closing, failure);
        g_object_unref(closing);
      },
      task);
}

void metered_stream_class_init(MeteredStreamClass* type) {
  G_OBJECT_CLASS(type)->finalize = metered_stream_finalize;
  auto* io = G_IO_STREAM_CLASS(type);
  io->get_input_stream = [](GIOStream* stream) { return G_INPUT_STREAM(stream_of(stream)->input); };
  io->get_output_stream = [](GIOStream* stream) {
    return g_io_stream_get_output_stream(stream_of(stream)->base);
  };
  io->close_fn = [](GIOStream* stream, GCancellable* cancel, GError** failure) {
    return g_io_stream_close(stream_of(stream)->base, cancel, failure);
  };
  io->close_async = close_base;
  io->close_finish = [](GIOStream*, GAsyncResult* result, GError** failure) {
    return g_task_propagate_boolean(G_TASK(result), failure);
  };
}

bool is_metered(GIOStream* stream) {
  return G_TYPE_CHECK_INSTANCE_TYPE(stream, metered_stream_get_type());
}

}  // namespace

GIOStream* metered_stream_new(GIOStream* base) {
  auto* self = stream_of(g_object_new(metered_stream_get_type(), nullptr));
  self->base = G_IO_STREAM(g_object_ref(base));
  self->input = input_of(g_object_new(metered_input_get_type(), nullptr));
  self->input->base = G_POLLABLE_INPUT_STREAM(g_object_ref(g_io_stream_get_input_stream(base)));
  return G_IO_STREAM(self);
}

void metered_stream_set_tap(GIOStream* stream, std::shared_ptr<InputTap> tap) {
  if (is_metered(stream)) *stream_of(stream)->input->tap = std::move(tap);
}

}  // namespace tessera::server
