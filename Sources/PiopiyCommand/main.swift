import ArgumentParser
import Piopiy
print("x")
