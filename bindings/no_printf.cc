// sprintf for the one caller there is: Embind's __getTypeName, which without
// RTTI prints a type's address into the text of an error that only a mistake in
// engine.cc can raise. The C library's printf would be 5 KB of the wasm for it.
//
// The three names are those that the compiler may turn one call into.

extern "C" {

int sprintf(char* out, const char* /*format*/, ...) {
  out[0] = '\0';
  return 0;
}

int siprintf(char* out, const char* /*format*/, ...) {
  out[0] = '\0';
  return 0;
}

int __small_sprintf(char* out, const char* /*format*/, ...) {
  out[0] = '\0';
  return 0;
}

}  // extern "C"
