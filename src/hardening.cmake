# Flags that make a memory fault harder to exploit. Sanitizer builds leave them out: their own checks replace
# these, and AddressSanitizer cannot see through a fortified function.
include(CheckCXXCompilerFlag)

# Adds `flag` where the compiler takes it; a clang for another processor may not.
function(tessera_harden_with flag)
  string(MAKE_C_IDENTIFIER "TESSERA_TAKES${flag}" taken)
  check_cxx_compiler_flag("-Werror ${flag}" ${taken})
  if(${taken})
    add_compile_options(${flag})
  endif()
endfunction()

# A macro, because add_compile_options() holds for the directory of the caller.
macro(tessera_harden)
  tessera_harden_with(-fstack-protector-strong)
  tessera_harden_with(-fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64|i.86")
    tessera_harden_with(-fcf-protection=full)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    tessera_harden_with(-mbranch-protection=standard)
  endif()
  # -fPIE, not -fPIC: functions of the program cannot be replaced from outside, so they can be inlined.
  add_compile_options(-fPIE)
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
  add_compile_definitions($<$<COMPILE_LANGUAGE:CXX>:_GLIBCXX_ASSERTIONS>)
  # glibc checks sizes with what the optimiser knows and warns when nothing is optimised.
  string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
  foreach(language C CXX)
    if("${CMAKE_${language}_FLAGS} ${CMAKE_${language}_FLAGS_${build_type}}" MATCHES "-O([1-3sg]|fast)")
      add_compile_options($<$<COMPILE_LANGUAGE:${language}>:-U_FORTIFY_SOURCE>
                          $<$<COMPILE_LANGUAGE:${language}>:-D_FORTIFY_SOURCE=3>)
      set(TESSERA_FORTIFIED_${language} ON)
    endif()
  endforeach()
endmacro()
