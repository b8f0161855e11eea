// The one function that JavaScript sees, and the one type that Embind converts
// for us, in the place of its own list of forty: a link that finds the two
// functions here leaves Embind's file out, and with it what the other types
// need in JavaScript, and printf.

#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <string>

#include "bindings/call_engine.h"

extern "C" {

// Of a type without a conversion, for the text of an error. There is none that
// could be handed over.
EMSCRIPTEN_KEEPALIVE char* __getTypeName(emscripten::internal::TYPEID) {
  return nullptr;
}

[[gnu::constructor]] EMSCRIPTEN_KEEPALIVE void
__embind_register_native_and_builtin_types() {
  using emscripten::internal::TypeID;
  emscripten::internal::_embind_register_std_string(TypeID<std::string>::get(),
                                                    "std::string");
}

}  // extern "C"

// After the type that it takes.
EMSCRIPTEN_BINDINGS(background_fetch) {
  emscripten::function("callEngine", &background_fetch::CallEngine);
}
