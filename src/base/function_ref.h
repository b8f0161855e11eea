// FunctionRef: somebody's function object, to be called while it lives.
//
// For parameters. std::function would own a copy, which costs an allocation
// and, for each type of function object, eight functions of code.

#ifndef BACKGROUND_FETCH_BASE_FUNCTION_REF_H_
#define BACKGROUND_FETCH_BASE_FUNCTION_REF_H_

#include <type_traits>
#include <utility>

namespace background_fetch {

template <typename Signature>
class FunctionRef;

template <typename Result, typename... Arguments>
class FunctionRef<Result(Arguments...)> {
 public:
  // Implicit on purpose: callers pass lambdas. `callable` must outlive this.
  template <typename Callable>
  requires(!std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef>)
      FunctionRef(const Callable& callable)
      : callable_(&callable), call_([](const void* target, Arguments... each) {
          return (*static_cast<const Callable*>(target))(
              std::forward<Arguments>(each)...);
        }) {}

  Result operator()(Arguments... each) const {
    return call_(callable_, std::forward<Arguments>(each)...);
  }

 private:
  const void* callable_;
  Result (*call_)(const void* target, Arguments... each);
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_FUNCTION_REF_H_
