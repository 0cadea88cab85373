// The one translation unit that holds Beast's own code.
#include <boost/beast/src.hpp>
