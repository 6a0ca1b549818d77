"""What is given: scenario files, cities, policies; every refusal is one line that says where and what is legal."""
